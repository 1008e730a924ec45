import type { Step } from '../../stage/steps.ts';
import type { Directory, PersonLine } from '../protocol.ts';
import { type App, peopleOf, say } from './app.ts';
import { h, type VNode } from './dom.ts';

/** Who is in Slack, with which address, in which group and channel, and what they may ask for. */
export function peoplePanel(app: App): VNode {
  const { directory, meta } = app.parts;
  if (!directory || !meta) return h('div', { class: 'panel-body' });
  const simulated = meta.mode === 'simulated';
  return h(
    'div',
    { class: 'panel-body' },
    h(
      'p',
      { class: 'panel-intro' },
      simulated
        ? 'People come and go while requests wait and access runs. Change who is who, and see what Latchkey makes of it.'
        : 'People, groups and channels are those of your Slack workspace.',
    ),
    simulated
      ? [
          somebody(app),
          ...directory.usergroups.map((group) => members(app, group)),
          h(
            'fieldset',
            { key: 'channels' },
            h('legend', null, 'Channels'),
            directory.channels.map((channel) => room(app, channel)),
          ),
        ]
      : null,
    entitlements(app, meta.entitlements),
  );
}

function somebody(app: App): VNode {
  const people = peopleOf(app);
  const person = people.find(({ id }) => id === app.change.person) ?? people[0];
  if (!person) return h('fieldset', null);
  const name = person.name.split(' ')[0] ?? person.name;
  const left = person.badge === 'left';
  const email = app.change.email ?? person.email;
  const change = (step: Omit<Extract<Step, { do: 'person' }>, 'do' | 'person'>) => {
    app.change = { person: person.id, email: undefined };
    void app.dispatch({ do: 'person', person: person.id, ...step });
  };
  return h(
    'fieldset',
    { key: 'somebody' },
    h('legend', null, 'A person'),
    h(
      'div',
      { class: 'row' },
      h(
        'select',
        {
          class: 'field',
          'aria-label': 'Who changes',
          value: person.id,
          onchange: (event: Event) => {
            app.change = { person: (event.target as HTMLSelectElement).value, email: undefined };
            app.redraw();
          },
        },
        people.map((one) => h('option', { key: one.id, value: one.id }, optionText(one))),
      ),
      button(left ? `${name} comes back` : `${name} leaves Slack`, () => change({ left: !left })),
    ),
    h(
      'form',
      {
        class: 'row',
        onsubmit: (event: Event) => {
          event.preventDefault();
          change({ email });
        },
      },
      h('input', {
        class: 'field',
        type: 'email',
        required: true,
        'aria-label': `E-mail address of ${person.name} in Slack`,
        value: email,
        oninput: (event: Event) => {
          app.change = { person: person.id, email: (event.target as HTMLInputElement).value };
          app.redraw();
        },
      }),
      h('button', { class: 'button', disabled: email === person.email }, 'Change address'),
    ),
  );
}

const optionText = ({ name, badge }: PersonLine) => (badge ? `${name} (${badge})` : name);

function members(app: App, group: Directory['usergroups'][number]): VNode {
  const toggle = (id: string, on: boolean) => {
    const users = on ? [...group.users, id] : group.users.filter((one) => one !== id);
    void app.dispatch({ do: 'group', group: group.id, users });
  };
  return h(
    'fieldset',
    { key: group.id },
    h('legend', null, `@${group.handle}`),
    h(
      'div',
      { class: 'segments' },
      peopleOf(app).map((person) => {
        const on = group.users.includes(person.id);
        return h(
          'label',
          { key: person.id, class: on ? 'segment on' : 'segment' },
          h('input', { type: 'checkbox', checked: on, onchange: () => toggle(person.id, !on) }),
          person.name,
        );
      }),
    ),
  );
}

function room(app: App, { id, name, bot, archived }: Directory['channels'][number]): VNode {
  const botName = app.parts.meta?.bot.name ?? 'the bot';
  const change = (step: Omit<Extract<Step, { do: 'channel' }>, 'do' | 'channel'>) => () =>
    void app.dispatch({ do: 'channel', channel: id, ...step });
  return h(
    'div',
    { class: 'row', key: id, role: 'group', 'aria-label': `#${name}` },
    h('span', { class: 'grow' }, `# ${name}`),
    archived
      ? h('span', { class: 'tag warn' }, 'archived')
      : button(`${bot ? 'Remove' : 'Invite'} ${botName}`, change({ bot: !bot })),
    button(archived ? 'Open again' : 'Archive', change({ archived: !archived })),
  );
}

function entitlements(app: App, file: string): VNode {
  const reload = async () => {
    const answer = (await app.post('/reload', {}).catch((error: unknown) => {
      say(app, error instanceof Error ? error.message : String(error), true);
    })) as { done?: boolean } | undefined;
    if (answer?.done) say(app, `${file || 'The entitlements file'} was read again.`);
  };
  return h(
    'fieldset',
    { key: 'entitlements' },
    h('legend', null, 'Who may ask for what'),
    h(
      'div',
      { class: 'row' },
      h('span', { class: 'grow' }, h('code', null, file || 'entitlements.yaml')),
      button('Read the file again', () => void reload()),
    ),
  );
}

function button(label: string, go: () => void): VNode {
  return h('button', { key: label, type: 'button', class: 'button', onclick: go }, label);
}
