import { mrkdwn, plain } from './fixture.ts';

export const x = (length: number) => 'x'.repeat(length);
export const option = (value: string) => ({ text: plain(value), value });
export const section = (text: string) => ({ type: 'section', text: mrkdwn(text) });
export const input = (element: unknown, more = {}) => ({
  type: 'input',
  label: plain('Field'),
  element,
  ...more,
});
export const text = { type: 'plain_text_input', action_id: 'a' };
export const modal = (blocks: unknown, more = {}) => ({
  type: 'modal',
  title: plain('Title'),
  submit: plain('Send'),
  blocks,
  ...more,
});
export const rulesOf = (violations: { path: string; rule: string }[]) =>
  violations.map(({ path, rule }) => `${path} ${rule}`);
