import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../../simulator/slack/types.ts';
import { createWorkspace } from '../../../simulator/slack/workspace.ts';
import { SEED, testClock } from './fixture.ts';

const start = () => {
  const clock = testClock();
  return { clock, workspace: createWorkspace({ clock, seed: SEED }) };
};
const say = (text: string, more = {}) => ({ channel: 'C0ACCESS', user: 'U0BOT', text, blocks: [], ...more });
const view = { type: 'modal', title: { type: 'plain_text', text: 'T' }, blocks: [{ type: 'divider' }] };

it('gives timestamps that only grow and are never given twice, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5000, max: 5000 }), { minLength: 1 }), (steps) => {
      const { clock, workspace } = start();
      const stamps = steps.map((step) => {
        clock.advance(step);
        return workspace.post(say('x')).ts;
      });
      for (const ts of stamps) expect(ts).toMatch(/^\d{10}\.\d{6}$/);
      expect(stamps).toEqual([...new Set(stamps)].toSorted());
    }),
  );
});

it('is the same after a dump as text and a load, and goes on without repeating a timestamp', () => {
  const { clock, workspace } = start();
  const posted = workspace.post(say('hello', { blocks: [{ type: 'divider' }] }));
  workspace.views.open('U0ADA', view);
  workspace.views.publish('U0GRACE', { ...view, type: 'home' });
  workspace.tokens.issueTrigger('U0ADA');
  workspace.tokens.issueResponseUrl('U0ADA', 'C0ACCESS');
  const state = JSON.parse(JSON.stringify(workspace.dump()));
  const again = createWorkspace({ clock, seed: { ...SEED, people: [] }, state });
  expect(again.dump()).toEqual(workspace.dump());
  expect(again.viewAs('U0ADA')).toEqual(workspace.viewAs('U0ADA'));
  expect(Number(again.post(say('next')).ts)).toBeGreaterThan(Number(posted.ts));
});

it('gives the block and the elements of a stored message the ids that they lack', () => {
  const { workspace } = start();
  const button = { type: 'button', text: { type: 'plain_text', text: 'Go' } };
  const { blocks } = workspace.post(say('x', { blocks: [{ type: 'actions', elements: [button] }] }));
  expect(blocks[0]).toMatchObject({
    block_id: expect.any(String),
    elements: [{ action_id: expect.any(String) }],
  });
  expect(button).not.toHaveProperty('action_id');
});

describe('a viewer', () => {
  it('sees the channels they are in, and of the ephemeral messages only their own', () => {
    const { workspace } = start();
    workspace.post(say('for all'));
    workspace.post(say('for ada', { ephemeral_to: 'U0ADA' }));
    const texts = (user: string) =>
      workspace.viewAs(user).channels.map(({ id, messages }) => [id, messages.map(({ text }) => text)]);
    expect(texts('U0ADA')).toEqual([
      ['C0ACCESS', ['for all', 'for ada']],
      ['C0QUIET', []],
    ]);
    expect(texts('U0GRACE')).toEqual([
      ['C0ACCESS', ['for all']],
      ['C0SECRET', []],
    ]);
  });

  it('sees the direct messages with the bot, the modal in front and the App Home', () => {
    const { workspace } = start();
    workspace.post(say('psst', { channel: workspace.dmWith('U0ADA').id }));
    workspace.views.open('U0ADA', { ...view, callback_id: 'first' });
    workspace.views.push('U0ADA', { ...view, callback_id: 'second' });
    workspace.views.publish('U0ADA', { ...view, type: 'home', callback_id: 'home' });
    const seen = workspace.viewAs('U0ADA');
    expect(seen.dm?.messages.map(({ text }) => text)).toEqual(['psst']);
    expect([seen.modal?.view.callback_id, seen.modalDepth]).toEqual(['second', 2]);
    expect(seen.home?.view.callback_id).toBe('home');
    expect(workspace.viewAs('U0GRACE')).toMatchObject({ modalDepth: 0, dm: { messages: [] } });
  });

  it('gets a copy: changing it changes nothing', () => {
    const { workspace } = start();
    workspace.post(say('kept'));
    const [message] = workspace.viewAs('U0ADA').channels[0]?.messages ?? [];
    if (message !== undefined) message.text = 'changed';
    expect(workspace.messages('C0ACCESS')[0]?.text).toBe('kept');
  });
});

it('tells listeners of each change, until they leave', () => {
  const { workspace } = start();
  const changes: Change['type'][] = [];
  const leave = workspace.onChange(({ type }) => changes.push(type));
  const message = workspace.post(say('one'));
  workspace.edit(message, { text: 'two' });
  workspace.remove(message);
  const open = workspace.views.open('U0ADA', view);
  workspace.views.setErrors(open, { a: 'wrong' });
  workspace.views.publish('U0ADA', { ...view, type: 'home' });
  workspace.setPerson({ id: 'U0ADA', name: 'ada', deleted: true });
  workspace.setMembers('C0ACCESS', []);
  workspace.setArchived('C0ACCESS', true);
  workspace.setUsergroupUsers('S0LEADS', []);
  workspace.load(workspace.dump());
  leave();
  workspace.post(say('unheard'));
  expect(changes).toEqual([
    'message_posted',
    'message_changed',
    'message_deleted',
    'modal_changed',
    'modal_changed',
    'home_changed',
    'person_changed',
    'channel_changed',
    'channel_changed',
    'usergroup_changed',
    'loaded',
  ]);
});

it('changes only the named fields of a person', () => {
  const { workspace } = start();
  workspace.setPerson({ id: 'U0ADA', name: 'ada', email: 'ada@new.example' });
  expect(workspace.person('U0ADA')).toMatchObject({
    email: 'ada@new.example',
    real_name: 'Ada Byron',
    tz: 'Europe/London',
  });
});

it('keeps what a person typed through an update where block and action stay the same', () => {
  const { workspace } = start();
  const field = (blockId: string, initial: string) => ({
    type: 'input',
    block_id: blockId,
    label: { type: 'plain_text', text: blockId },
    element: { type: 'plain_text_input', action_id: 'a', initial_value: initial },
  });
  const open = workspace.views.open('U0ADA', {
    ...view,
    blocks: [field('why', 'one'), field('gone', 'two')],
  });
  workspace.views.setValues(open, {
    ...open.values,
    why: { a: { type: 'plain_text_input', value: 'typed' } },
  });
  workspace.views.update(open, { ...view, blocks: [field('why', 'other'), field('new', 'three')] });
  expect(open.values).toEqual({
    why: { a: { type: 'plain_text_input', value: 'typed' } },
    new: { a: { type: 'plain_text_input', value: 'three' } },
  });
});
