import { randomBytes } from 'node:crypto';

/** An id of Slack's form. Random, so that an id is never given twice, even after a restart without saved state. */
export function newId(prefix: string): string {
  return prefix + randomBytes(6).toString('hex').slice(0, 10).toUpperCase();
}

/** A random token in lower-case hex. */
export function newToken(bytes = 16): string {
  return randomBytes(bytes).toString('hex');
}

/** Slack's generated block ids are short and arbitrary. */
export function newBlockId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}

/** A copy of the blocks in which each has a block id and each interactive element an action id, as Slack stores them. */
export function withIds<T extends { [key: string]: unknown }>(blocks: T[]): T[] {
  return structuredClone(blocks).map((block) => {
    const complete: { [key: string]: unknown } = block;
    complete.block_id ??= newBlockId();
    const inner = [complete.accessory, complete.element];
    if (complete.type === 'actions' && Array.isArray(complete.elements)) inner.push(...complete.elements);
    for (const element of inner) {
      if (typeof element === 'object' && element !== null && !('action_id' in element) && 'type' in element) {
        if (element.type !== 'image') Object.assign(element, { action_id: newBlockId() });
      }
    }
    return block;
  });
}
