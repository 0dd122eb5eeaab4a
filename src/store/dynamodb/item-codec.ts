import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { EventKey, StoredItem } from '../event-item.ts';

/** An item, or its key, as DynamoDB sends and takes it. */
export type MarshalledItem = { readonly [attribute: string]: AttributeValue };

/** An item as DynamoDB takes it; attributes that are `undefined` are left out. */
export function marshalledItem(item: StoredItem): Record<string, AttributeValue> {
  return marshall(item, { removeUndefinedValues: true });
}

/** The key of an item as DynamoDB takes it. */
export function marshalledKey({ Id, Version }: EventKey): Record<string, AttributeValue> {
  return marshall({ Id, Version });
}

/** An item that DynamoDB sent. Every item of the table has its key. */
export function storedItem(item: MarshalledItem): StoredItem {
  return unmarshall(item, { wrapNumbers: numberOf }) as StoredItem;
}

/**
 * A number of an item: a bigint where it is whole and no `number` holds it exactly, such as a time stamp of another
 * program in nanoseconds. A fraction of more than 17 digits is rounded; DynamoDB has up to 38.
 */
export function numberOf(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) || !/^-?\d+$/.test(digits) ? value : BigInt(digits);
}
