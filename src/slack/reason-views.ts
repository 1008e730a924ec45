import type { Grant } from '../domain/grant.ts';
import type { RevokeTarget } from '../domain/wish.ts';
import type { Message } from '../ports.ts';
import type { ViewState } from './ask-form.ts';
import { type Block, context, mention, plainText, section } from './blocks.ts';
import { ACTIONS, VIEWS } from './ids.ts';
import { serviceName, stateLine } from './words.ts';

// Dialogs that ask why, and one that only tells.

const REASON_MAX_LENGTH = 500;
const SHOWN = 10;

/** Asks the approver why, after the denial: that itself waits for nothing. */
export function denyView(grantId: string, what: 'request' | 'extension'): object {
  return {
    type: 'modal',
    callback_id: VIEWS.deny,
    private_metadata: JSON.stringify({ grantId, what }),
    title: plainText('Denied'),
    submit: plainText('Send reason'),
    close: plainText('No reason'),
    blocks: [reasonInput('Why? The requester reads this.', true)],
  };
}

/** Asks why access is to be taken away, and says whose. */
export function revokeView(target: RevokeOrder, grants: readonly Grant[], others = 0): object {
  const lines = grants
    .slice(0, SHOWN)
    .map((g) => `• ${mention(g.principal.userId)}: ${serviceName(g)} ${stateLine(g)}`);
  if (grants.length > SHOWN) lines.push(`… and ${grants.length - SHOWN} more`);
  const blocks: Block[] = [section(lines.join('\n') || 'Nothing is running.')];
  if (others > 0) blocks.push(context(`${others} more that you are no approver of will stay.`));
  return {
    type: 'modal',
    callback_id: VIEWS.revoke,
    private_metadata: JSON.stringify(target),
    title: plainText(target.kind === 'service' ? 'Revoke all access' : 'Revoke access'),
    submit: plainText('Revoke'),
    close: plainText('Cancel'),
    blocks: [...blocks, reasonInput('Why? Whoever has the access reads this.', false)],
  };
}

/** Confirms a freeze, or its end; with the reason as far as it is known. */
export function freezeView(freeze: boolean, reason = ''): object {
  return {
    type: 'modal',
    callback_id: VIEWS.freeze,
    private_metadata: freeze ? 'freeze' : 'unfreeze',
    title: plainText(freeze ? 'Freeze approvals' : 'Lift the freeze'),
    submit: plainText(freeze ? 'Freeze' : 'Lift'),
    close: plainText('Cancel'),
    blocks: [
      section(
        freeze
          ? 'Nothing new will be approved, automatically or by anybody, until an admin lifts the freeze. What runs goes on; `/request-access revoke-all SERVICE` ends it.'
          : 'Requests that wait can be approved again, and automatic approvals go on.',
      ),
      ...(freeze ? [reasonInput('Why? The channels read this.', false, reason)] : []),
    ],
  };
}

/** A dialog that says something and can only be closed. */
export function noticeView(text: string): object {
  return answerView({ text, blocks: [section(text)] });
}

/** A message in a dialog, for those who clicked where no message can be answered under. */
export function answerView({ blocks }: Message): object {
  return {
    type: 'modal',
    callback_id: VIEWS.notice,
    title: plainText('Latchkey'),
    close: plainText('Close'),
    blocks,
  };
}

/** What a revoke dialog is about. */
export type RevokeOrder =
  | { readonly kind: 'grant'; readonly grantId: string; readonly entitlementId: string }
  | RevokeTarget;

/** What a dialog of ours was opened with; Slack hands it back unchanged. */
export function readOrder<T>(metadata: string): T {
  return JSON.parse(metadata) as T;
}

export function readReason(state: ViewState): { readonly text: string; readonly blockId: string } {
  const blockId =
    Object.keys(state).find((id) => state[id]?.[ACTIONS.reason] !== undefined) ?? ACTIONS.reason;
  return { text: (state[blockId]?.[ACTIONS.reason]?.value ?? '').trim(), blockId };
}

function reasonInput(label: string, optional: boolean, initial = ''): Block {
  return {
    type: 'input',
    block_id: ACTIONS.reason,
    optional,
    label: plainText(label),
    element: {
      type: 'plain_text_input',
      action_id: ACTIONS.reason,
      multiline: true,
      focus_on_load: true,
      max_length: REASON_MAX_LENGTH,
      ...(initial ? { initial_value: initial.slice(0, REASON_MAX_LENGTH) } : {}),
    },
  };
}
