import { render } from 'preact';
import { createCharacterStore } from './character/character-store.ts';
import { keepFocus } from './focus.ts';
import { startNavigation } from './navigation.tsx';
import { createPage } from './page.ts';
import { createPartyStore } from './party/party-store.ts';
import { Sheet } from './sheet.tsx';
import { startDays } from './time-words.ts';

// Browsers below the baseline keep the sentence that the page begins with. See `browserBaseline` in vite.config.ts.
const place = document.getElementById('sheet');
if (place && 'findLast' in Array.prototype && CSS.supports('container-type', 'inline-size')) {
  place.replaceChildren();
  startNavigation();
  keepFocus();
  startDays();
  const page = createPage();
  const party = createPartyStore(page);
  const characters = createCharacterStore(page, party.standingOf);
  render(<Sheet {...{ page, party, characters }} />, place);
}
