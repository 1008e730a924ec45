import type { ViewState } from './ask-view.ts';
import { ACTIONS, VIEWS } from './ids.ts';

const REASON_MAX_LENGTH = 500;

/** Asks the approver why, after the request was denied: the denial itself waits for nothing. */
export function denyView(grantId: string): object {
  return {
    type: 'modal',
    callback_id: VIEWS.deny,
    private_metadata: grantId,
    title: { type: 'plain_text', text: 'Denied' },
    submit: { type: 'plain_text', text: 'Send reason' },
    close: { type: 'plain_text', text: 'No reason' },
    blocks: [
      {
        type: 'input',
        block_id: ACTIONS.reason,
        optional: true,
        label: { type: 'plain_text', text: 'Why? The requester reads this.' },
        element: {
          type: 'plain_text_input',
          action_id: ACTIONS.reason,
          multiline: true,
          focus_on_load: true,
          max_length: REASON_MAX_LENGTH,
        },
      },
    ],
  };
}

export function readReason(state: ViewState): { readonly text: string; readonly blockId: string } {
  const blockId =
    Object.keys(state).find((id) => state[id]?.[ACTIONS.reason] !== undefined) ?? ACTIONS.reason;
  return { text: (state[blockId]?.[ACTIONS.reason]?.value ?? '').trim(), blockId };
}
