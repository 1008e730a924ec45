import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../simulator/slack/json.ts';
import { plain, type Reply } from './fixture.ts';
import { COMPLETE, FORM, option, withForm } from './people-fixture.ts';

describe('a modal', () => {
  it('typeahead asks the app from the least length on, and offers what it answers', async () => {
    const { people, received, viewId } = await withForm();
    const asked = received.length;
    const short = await people.suggest('U0ADA', { viewId }, 'service', 'pick', 's');
    expect([short.sent, received.length]).toEqual([false, asked]);
    const { options } = await people.suggest('U0ADA', { viewId }, 'service', 'pick', 'sv');
    expect(options.map(({ value }) => value)).toEqual(['svc-1', 'svc-2']);
    expect(received.at(-1)?.payload).toMatchObject({
      type: 'block_suggestion',
      block_id: 'service',
      action_id: 'pick',
      value: 'sv',
      container: { type: 'view', view_id: viewId },
      view: { callback_id: 'ask' },
    });
  });

  it.each<[string, Reply]>([
    ['options', { json: { options: Array.from({ length: 101 }, (_, i) => option(`${i}`)) } }],
    ['/options/0/text/text', { json: { options: [option('x'.repeat(76))] } }],
    ['http_service_error', { status: 500 }],
  ])('typeahead shows nothing for a bad answer and names the problem: %s', async (problem, reply) => {
    const { people, viewId } = await withForm({ block_suggestion: reply });
    const outcome = await people.suggest('U0ADA', { viewId }, 'service', 'pick', 'svc');
    expect(outcome.options).toEqual([]);
    expect(outcome.problem).toContain(problem);
  });

  it('typeahead takes groups', async () => {
    const { people, viewId } = await withForm({
      block_suggestion: { json: { option_groups: [{ label: plain('Lately'), options: [option('svc-9')] }] } },
    });
    const { groups } = await people.suggest('U0ADA', { viewId }, 'service', 'pick', 'svc');
    expect(groups).toEqual([{ label: plain('Lately'), options: [option('svc-9')] }]);
    const chosen = await people.submit('U0ADA', viewId, { ...COMPLETE, Service: 'svc-9' });
    expect(chosen.sent).toBe(true);
  });

  it('sends the state of every field, and closes on an empty answer', async () => {
    const { people, received, viewId } = await withForm();
    const outcome = await people.submit('U0ADA', viewId, COMPLETE);
    expect(received.at(-1)?.payload).toMatchObject({
      type: 'view_submission',
      user: { id: 'U0ADA' },
      team: { id: 'T0ACME' },
      trigger_id: expect.any(String),
      response_urls: [],
      view: {
        id: viewId,
        callback_id: 'ask',
        hash: expect.any(String),
        state: {
          values: {
            service: { pick: { type: 'external_select', selected_option: option('svc-1') } },
            duration: { pick: { type: 'static_select', selected_option: option('1h') } },
            why: { text: { type: 'plain_text_input', value: 'INC-42' } },
            start: { at: { type: 'datetimepicker', selected_date_time: null } },
          },
        },
      },
    });
    expect(outcome).toMatchObject({ status: 200, errors: {} });
    expect(outcome).not.toHaveProperty('modal');
  });

  it('is stopped by Slack itself while required fields are empty or too long', async () => {
    const { people, received, viewId } = await withForm();
    const before = received.length;
    const outcome = await people.submit('U0ADA', viewId, { Service: 'svc-1', why: 'x'.repeat(11) });
    expect(outcome).toMatchObject({
      sent: false,
      errors: { duration: 'Please complete this required field.', why: 'Must be at most 10 characters.' },
    });
    expect(received.length).toBe(before);
  });

  it('refuses what no menu offers', async () => {
    const { people, viewId } = await withForm();
    await expect(async () => people.submit('U0ADA', viewId, { ...COMPLETE, Duration: '9h' })).rejects.toThrow(
      'does not offer 9h',
    );
    await expect(async () => people.submit('U0GRACE', viewId, COMPLETE)).rejects.toThrow('has no view');
  });

  it('shows the app’s errors at their fields, keeps what was typed, and forgets them on the next try', async () => {
    let tries = 0;
    const { people, viewId } = await withForm({
      view_submission: () => {
        tries += 1;
        return tries === 1
          ? { json: { response_action: 'errors', errors: { why: 'Name the incident' } } }
          : {};
      },
    });
    const first = await people.submit('U0ADA', viewId, COMPLETE);
    expect(first.errors).toEqual({ why: 'Name the incident' });
    expect(first.modal?.values).toMatchObject({ why: { text: { value: 'INC-42' } } });
    expect(await people.submit('U0ADA', viewId, { why: 'INC-43' })).not.toHaveProperty('modal');
  });

  it.each<[string, JsonObject, string | undefined, number]>([
    ['update', { response_action: 'update', view: { ...FORM, callback_id: 'updated' } }, 'updated', 1],
    ['push', { response_action: 'push', view: { ...FORM, callback_id: 'pushed' } }, 'pushed', 2],
    ['clear', { response_action: 'clear' }, undefined, 0],
  ])('obeys response_action %s', async (_name, json, front, depth) => {
    const { people, slack, viewId } = await withForm({ view_submission: { json } });
    const outcome = await people.submit('U0ADA', viewId, COMPLETE);
    expect(outcome.modal?.view.callback_id).toBe(front);
    expect(slack.workspace.viewAs('U0ADA').modalDepth).toBe(depth);
  });

  it.each<[string, Reply]>([
    ['http_service_error', { status: 500 }],
    ['no JSON', { text: 'thanks!' }],
    ['unknown response_action', { json: { response_action: 'dance' } }],
    ['must name input blocks: nowhere', { json: { response_action: 'errors', errors: { nowhere: 'x' } } }],
    ['json-pointer:/view', { json: { response_action: 'update', view: { type: 'modal' } } }],
  ])('stays open with Slack’s trouble line after a bad answer: %s', async (problem, reply) => {
    const { people, viewId } = await withForm({ view_submission: reply });
    const outcome = await people.submit('U0ADA', viewId, COMPLETE);
    expect(outcome.problem).toContain(problem);
    expect(outcome.notice).toBe('We had some trouble connecting. Try again?');
    expect(outcome.modal?.view.id).toBe(viewId);
  });

  it('tells the app of a dispatched choice, with the state, and not of another', async () => {
    const { people, received, viewId } = await withForm();
    const before = received.length;
    expect((await people.select('U0ADA', { viewId }, 'Duration', '15m')).sent).toBe(false);
    const outcome = await people.select('U0ADA', { viewId }, 'Service', 'svc-2');
    expect(received.length).toBe(before + 1);
    expect(received.at(-1)?.payload).toMatchObject({
      type: 'block_actions',
      container: { type: 'view', view_id: viewId },
      actions: [
        { action_id: 'pick', block_id: 'service', type: 'external_select', selected_option: option('svc-2') },
      ],
      view: {
        state: {
          values: {
            duration: { pick: { selected_option: option('15m') } },
            service: { pick: { selected_option: option('svc-2') } },
          },
        },
      },
    });
    expect(received.at(-1)?.payload).not.toHaveProperty('response_url');
    expect(outcome.modal?.values).toMatchObject({ service: { pick: { selected_option: option('svc-2') } } });
  });

  it('tells the app that it was closed, where it asked for that', async () => {
    const { people, received, slack, viewId } = await withForm();
    slack.workspace.views.push('U0ADA', { ...FORM, notify_on_close: false });
    const quiet = await people.closeView('U0ADA');
    expect([quiet.sent, quiet.modal?.view.id]).toEqual([false, viewId]);
    const outcome = await people.closeView('U0ADA');
    expect(outcome).not.toHaveProperty('modal');
    expect(received.at(-1)?.payload).toMatchObject({
      type: 'view_closed',
      is_cleared: false,
      view: { id: viewId },
    });
  });

  it('closes all at once where asked, and says so', async () => {
    const { people, received, slack, viewId } = await withForm();
    slack.workspace.views.push('U0ADA', FORM);
    await people.closeView('U0ADA', { all: true });
    const closed = received.filter(({ payload }) => payload.type === 'view_closed');
    expect(closed.map(({ payload }) => payload.is_cleared)).toEqual([true, true]);
    expect(closed.at(-1)?.payload).toMatchObject({ view: { id: viewId } });
    expect(slack.workspace.viewAs('U0ADA').modalDepth).toBe(0);
  });
});
