import { describe, expect, test } from 'vitest';
import type { AuditEvent } from '../../src/domain/audit.ts';
import { historyMessage, revisionsShown } from '../../src/slack/history.ts';
import { activeGrant, MINUTE_MS, T0 } from '../support/grants.ts';

const drift = (revision: number): AuditEvent => {
  return { revision, type: 'drift', at: T0 + revision * MINUTE_MS, from: 'ACTIVE', to: 'ACTIVE' };
};
const linesOf = (message: ReturnType<typeof historyMessage>) =>
  (message?.blocks ?? []).flatMap((block) => (block as { text: { text: string } }).text.text.split('\n'));
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);

describe('a history', () => {
  test.each([1, 12, 36])('of %i events is read and told whole', (revision) => {
    const grant = { ...activeGrant(), revision };
    expect(revisionsShown(grant)).toBeUndefined();
    const told = historyMessage([grant], new Map([[grant.id, upTo(revision).map(drift)]]));
    expect(linesOf(told)).toHaveLength(revision);
  });

  test('that goes on for weeks is read and told by its first and its last events, and says how many are between', () => {
    const grant = { ...activeGrant(), revision: 4_000 };
    const read = revisionsShown(grant) ?? [];
    expect(read).toEqual([...upTo(6), ...upTo(30).map((i) => 3_970 + i)]);
    const lines = linesOf(historyMessage([grant], new Map([[grant.id, read.map(drift)]])));
    expect(lines).toHaveLength(6 + 1 + 30);
    expect(lines[6]).toBe('… 3964 more …');
  });
});
