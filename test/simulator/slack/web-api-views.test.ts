import type { ModalView } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { mrkdwn, plain, refusalOf, startSlack } from './fixture.ts';

const modal = (text = 'hello', more: Partial<ModalView> = {}): ModalView => ({
  type: 'modal',
  title: plain('Title'),
  blocks: [{ type: 'section', text: mrkdwn(text) }],
  ...more,
});
const home = (text: string) => ({ type: 'home' as const, blocks: [{ type: 'section', text: mrkdwn(text) }] });

describe('views.open', () => {
  it('puts the modal before the person whose trigger it was', async () => {
    const { slack, client } = await startSlack();
    const trigger = slack.workspace.tokens.issueTrigger('U0ADA');
    const { view } = await client.views.open({
      trigger_id: trigger.id,
      view: modal('hello', { callback_id: 'ask', private_metadata: 'm' }),
    });
    expect(view).toMatchObject({
      type: 'modal',
      callback_id: 'ask',
      private_metadata: 'm',
      team_id: 'T0ACME',
      app_id: 'A0APP',
      state: { values: {} },
    });
    expect(view?.root_view_id).toBe(view?.id);
    expect(slack.workspace.viewAs('U0ADA').modal?.view.id).toBe(view?.id);
    expect(slack.workspace.viewAs('U0GRACE').modal).toBeUndefined();
  });

  it('takes a trigger once', async () => {
    const { slack, client } = await startSlack();
    const { id } = slack.workspace.tokens.issueTrigger('U0ADA');
    await client.views.open({ trigger_id: id, view: modal() });
    const again = client.views.open({ trigger_id: id, view: modal() });
    expect((await refusalOf(again)).error).toBe('exchanged_trigger_id');
  });

  it('takes a trigger for three seconds of the clock, not longer', async () => {
    const { slack, client, clock } = await startSlack();
    const [early, late] = [
      slack.workspace.tokens.issueTrigger('U0ADA'),
      slack.workspace.tokens.issueTrigger('U0ADA'),
    ];
    clock.advance(3000);
    await client.views.open({ trigger_id: early.id, view: modal() });
    clock.advance(1);
    expect((await refusalOf(client.views.open({ trigger_id: late.id, view: modal() }))).error).toBe(
      'expired_trigger_id',
    );
  });

  it('refuses a trigger that it never gave', async () => {
    const { client } = await startSlack();
    expect(await refusalOf(client.views.open({ trigger_id: '1.2.3', view: modal() }))).toEqual({
      error: 'invalid_arguments',
      messages: ['invalid `trigger_id`'],
    });
  });

  it('names what is wrong with the view, and leaves the trigger for another try', async () => {
    const { slack, client } = await startSlack();
    const { id } = slack.workspace.tokens.issueTrigger('U0ADA');
    expect(
      await refusalOf(
        client.views.open({ trigger_id: id, view: modal('x', { title: plain('x'.repeat(25)) }) }),
      ),
    ).toEqual({
      error: 'invalid_arguments',
      messages: ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]'],
    });
    expect((await client.views.open({ trigger_id: id, view: modal() })).ok).toBe(true);
  });

  it('refuses a view of over 250 kB and an external id that is taken', async () => {
    const { slack, client } = await startSlack();
    const open = (view: ModalView) =>
      client.views.open({ trigger_id: slack.workspace.tokens.issueTrigger('U0ADA').id, view });
    const block = { type: 'section' as const, text: mrkdwn('x'.repeat(2900)) };
    expect((await refusalOf(open(modal('x', { blocks: Array(90).fill(block) })))).error).toBe(
      'view_too_large',
    );
    await open(modal('x', { external_id: 'mine' }));
    expect((await refusalOf(open(modal('x', { external_id: 'mine' })))).error).toBe('duplicate_external_id');
  });
});

describe('views.push', () => {
  it('stacks three views at most, and only from a modal', async () => {
    const { slack, client } = await startSlack();
    const { tokens } = slack.workspace;
    const { view } = await client.views.open({
      trigger_id: tokens.issueTrigger('U0ADA').id,
      view: modal('1'),
    });
    const push = () =>
      client.views.push({ trigger_id: tokens.issueTrigger('U0ADA', view?.id).id, view: modal('n') });
    const second = await push();
    expect(second.view).toMatchObject({ root_view_id: view?.id, previous_view_id: view?.id });
    await push();
    expect((await refusalOf(push())).error).toBe('push_limit_reached');
    expect(slack.workspace.viewAs('U0ADA').modalDepth).toBe(3);
    const fromMessage = client.views.push({ trigger_id: tokens.issueTrigger('U0ADA').id, view: modal() });
    expect((await refusalOf(fromMessage)).error).toBe('invalid_arguments');
  });
});

describe('views.update', () => {
  it('changes the view by id or external id and gives it a new hash', async () => {
    const { slack, client } = await startSlack();
    const { id } = slack.workspace.tokens.issueTrigger('U0ADA');
    const { view } = await client.views.open({ trigger_id: id, view: modal('1', { external_id: 'mine' }) });
    const updated = await client.views.update({
      view_id: view?.id ?? '',
      view: modal('2', { external_id: 'mine' }),
    });
    expect(updated.view).toMatchObject({ id: view?.id, blocks: [{ text: { text: '2' } }] });
    expect(updated.view?.hash).not.toBe(view?.hash);
    const byName = await client.views.update({ external_id: 'mine', view: modal('3') });
    expect(byName.view?.id).toBe(view?.id);
  });

  it('refuses a stale hash, and a view that was closed', async () => {
    const { slack, client } = await startSlack();
    const { id } = slack.workspace.tokens.issueTrigger('U0ADA');
    const { view } = await client.views.open({ trigger_id: id, view: modal() });
    const [viewId = '', hash = ''] = [view?.id, view?.hash];
    await client.views.update({ view_id: viewId, hash, view: modal('2') });
    expect((await refusalOf(client.views.update({ view_id: viewId, hash, view: modal('3') }))).error).toBe(
      'hash_conflict',
    );
    await slack.people.closeView('U0ADA');
    expect((await refusalOf(client.views.update({ view_id: viewId, view: modal('4') }))).error).toBe(
      'not_found',
    );
  });
});

describe('views.publish', () => {
  it("sets a person's App Home, each time under the same id", async () => {
    const { slack, client } = await startSlack();
    const first = await client.views.publish({ user_id: 'U0ADA', view: home('1') });
    const second = await client.views.publish({ user_id: 'U0ADA', view: home('2') });
    expect(second.view?.id).toBe(first.view?.id);
    expect(slack.workspace.viewAs('U0ADA').home?.view.blocks).toMatchObject([{ text: { text: '2' } }]);
    expect(slack.workspace.viewAs('U0GRACE').home).toBeUndefined();
    const stale = client.views.publish({ user_id: 'U0ADA', view: home('3'), hash: first.view?.hash ?? '' });
    expect((await refusalOf(stale)).error).toBe('hash_conflict');
  });

  it('refuses a modal, and somebody unknown', async () => {
    const { client } = await startSlack();
    const wrongKind = client.apiCall('views.publish', { user_id: 'U0ADA', view: modal() });
    expect((await refusalOf(wrongKind)).error).toBe('invalid_arguments');
    const unknown = client.views.publish({ user_id: 'U0NONE', view: home('x') });
    expect((await refusalOf(unknown)).error).toBe('invalid_arguments');
  });
});
