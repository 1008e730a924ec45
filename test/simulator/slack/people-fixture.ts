import { isValidSlackRequest } from '@slack/bolt';
import type { JsonObject } from '../../../simulator/slack/json.ts';
import { plain, type Received, type Reply, SIGNING_SECRET, startApp, startSlack } from './fixture.ts';

export const option = (value: string) => ({ text: plain(value.toUpperCase()), value });
export const FORM: JsonObject = {
  type: 'modal',
  callback_id: 'ask',
  title: plain('Request'),
  submit: plain('Send'),
  notify_on_close: true,
  blocks: [
    {
      type: 'input',
      block_id: 'service',
      label: plain('Service'),
      dispatch_action: true,
      element: { type: 'external_select', action_id: 'pick', min_query_length: 2 },
    },
    {
      type: 'input',
      block_id: 'duration',
      label: plain('Duration'),
      element: { type: 'static_select', action_id: 'pick', options: [option('15m'), option('1h')] },
    },
    {
      type: 'input',
      block_id: 'why',
      label: plain('Reason'),
      element: { type: 'plain_text_input', action_id: 'text', max_length: 10 },
    },
    {
      type: 'input',
      block_id: 'start',
      label: plain('Start'),
      optional: true,
      element: { type: 'datetimepicker', action_id: 'at' },
    },
  ],
};
export const COMPLETE = { Service: 'svc-1', Duration: '1h', why: 'INC-42' };

/** Slack and an app that answers each kind of request as the test says. */
export async function start(
  answers: { [kind: string]: Reply | ((got: Received) => Reply | Promise<Reply>) } = {},
  more = {},
) {
  const { slack, client, clock } = await startSlack(more);
  const app = await startApp((got) => {
    const answer = answers[got.form.has('command') ? 'command' : String(got.payload.type)] ?? {};
    return typeof answer === 'function' ? answer(got) : answer;
  });
  slack.setAppUrl(app.url);
  return { slack, client, clock, people: slack.people, received: app.received };
}

/** Ada with the form in front of her. */
export async function withForm(answers: Parameters<typeof start>[0] = {}) {
  const suggest: Reply = { json: { options: [option('svc-1'), option('svc-2')] } };
  const all = await start({ block_suggestion: suggest, ...answers });
  const open = all.slack.workspace.views.open('U0ADA', FORM);
  await all.people.suggest('U0ADA', { viewId: open.view.id }, 'service', 'pick', 'svc');
  return { ...all, viewId: open.view.id };
}

export const verified = ({ body, headers }: Received, nowMilliseconds: number) =>
  isValidSlackRequest({
    signingSecret: SIGNING_SECRET,
    body,
    nowMilliseconds,
    headers: {
      'x-slack-signature': String(headers['x-slack-signature']),
      'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
    },
  });
