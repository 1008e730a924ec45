import { describeViolation, validateMessage, validateSuggestions, validateView } from './block-kit.ts';
import type { Sent } from './deliver.ts';
import { isObject, type JsonObject, objectsOf, parseJson, shown, stringOf } from './json.ts';
import type { OpenView } from './types.ts';
import type { Workspace } from './workspace.ts';

/** What Slack shows over a modal whose app did not answer as it should. */
export const MODAL_TROUBLE = 'We had some trouble connecting. Try again?';

/** What was wrong with an answer; a person sees only that something failed, a developer sees this. */
export type AnswerProblem = { problem: string };

/** Shows the body with which a slash command was answered: ephemeral, unless it says `in_channel`. */
export function showCommandAnswer(
  workspace: Workspace,
  to: { userId: string; channel: string },
  sent: Sent,
): AnswerProblem | undefined {
  if (sent.body.trim() === '') return undefined;
  const parsed = sent.contentType.startsWith('application/json') ? parseJson(sent.body) : undefined;
  const answer: JsonObject = isObject(parsed) ? parsed : { text: sent.body };
  const blocks = answer.blocks === undefined ? undefined : objectsOf(answer.blocks);
  const violations = validateMessage({ text: answer.text, blocks: answer.blocks });
  if (violations.length > 0) return { problem: violations.map(describeViolation).join('\n') };
  const text = stringOf(answer.text) ?? '';
  if (text === '' && (blocks ?? []).length === 0) return undefined;
  workspace.post({
    channel: to.channel,
    user: workspace.bot.userId,
    text,
    blocks: blocks ?? [],
    ...(answer.response_type !== 'in_channel' && { ephemeral_to: to.userId }),
  });
  return undefined;
}

/** Does what the answer to a view_submission says: nothing closes the view, `response_action` the rest. */
export function applySubmissionAnswer(
  workspace: Workspace,
  open: OpenView,
  sent: Sent,
): AnswerProblem | undefined {
  const trouble = (problem: string): AnswerProblem => {
    workspace.views.setBanner(open, MODAL_TROUBLE);
    return { problem };
  };
  const { views } = workspace;
  if (sent.failure !== undefined) return trouble(sent.failure);
  if (sent.body.trim() === '') {
    views.close(open);
    return undefined;
  }
  const answer = parseJson(sent.body);
  if (!isObject(answer)) return trouble('the answer to view_submission is no JSON object');
  switch (answer.response_action) {
    case undefined:
      if (Object.keys(answer).length > 0) return trouble('the answer has no response_action');
      views.close(open);
      return undefined;
    case 'clear':
      views.clear(open.owner);
      return undefined;
    case 'errors':
      return showErrors(workspace, open, answer) ?? undefined;
    case 'update':
    case 'push': {
      const violations = validateView(answer.view, 'modal');
      if (violations.length > 0 || !isObject(answer.view)) {
        return trouble(violations.map(describeViolation).join('\n'));
      }
      if (answer.response_action === 'update') views.update(open, answer.view);
      else if (views.push(open.owner, answer.view) === undefined) return trouble('push_limit_reached');
      return undefined;
    }
    default:
      return trouble(`unknown response_action: ${shown(answer.response_action)}`);
  }
}

function showErrors(workspace: Workspace, open: OpenView, answer: JsonObject): AnswerProblem | undefined {
  const { errors } = answer;
  const inputs = open.view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id);
  const entries = isObject(errors) ? Object.entries(errors) : [];
  const bad = entries.filter(([id, text]) => !inputs.includes(id) || typeof text !== 'string' || text === '');
  if (entries.length === 0 || bad.length > 0) {
    workspace.views.setBanner(open, MODAL_TROUBLE);
    return { problem: `errors must name input blocks: ${bad.map(([id]) => id).join(', ') || 'none given'}` };
  }
  workspace.views.setErrors(open, Object.fromEntries(entries.map(([id, text]) => [id, shown(text)])));
  return undefined;
}

export type Suggestions = { options: JsonObject[]; groups: { label: JsonObject; options: JsonObject[] }[] };

/** Reads the answer to a block_suggestion. */
export function readSuggestions(sent: Sent): Suggestions | AnswerProblem {
  if (sent.failure !== undefined) return { problem: sent.failure };
  const answer = parseJson(sent.body);
  const violations = validateSuggestions(answer);
  if (violations.length > 0 || !isObject(answer)) {
    return { problem: violations.map(describeViolation).join('\n') };
  }
  return {
    options: objectsOf(answer.options),
    groups: objectsOf(answer.option_groups).map((group) => ({
      label: isObject(group.label) ? group.label : {},
      options: objectsOf(group.options),
    })),
  };
}
