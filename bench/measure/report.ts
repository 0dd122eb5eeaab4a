/** One line of the table: what was measured, and a value for each column of its section. */
export type Row = { readonly name: string; readonly values: readonly (number | undefined)[] };

/** What belongs together, measured in one go. */
export type Section = {
  readonly title: string;
  /** What 1.00 is, in absolute terms, and how it was measured. */
  readonly about: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
};

/** A section as Markdown. */
export function markdown({ title, about, columns, rows }: Section): string {
  const lines = rows.map(({ name, values }) => [name, ...values.map(shown)]);
  const all = [['', ...columns], ...lines];
  const widths =
    all[0]?.map((_, column) => Math.max(3, ...all.map((line) => line[column]?.length ?? 0))) ?? [];
  const [head = '', ...body] = all.map((line) => tableLine(line, widths));
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [`### ${title}`, '', about, '', head, rule, ...body, ''].join('\n');
}

function tableLine(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, column) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
  );
  return `| ${padded.join(' | ')} |`;
}

function shown(value: number | undefined): string {
  if (value === undefined) return '–';
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
