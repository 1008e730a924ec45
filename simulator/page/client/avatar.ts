import { type App, peopleOf, personOf } from './app.ts';
import { h, type VNode } from './dom.ts';

const COLOURS = 8;

/** A person's initials on their own colour, or the application's icon. */
export function avatar(app: App, id: string, bot = false, size = ''): VNode {
  if (bot || id === app.parts.meta?.bot.userId) {
    return h('span', { class: `avatar avatar-app ${size}`, 'aria-hidden': 'true' });
  }
  const name = personOf(app, id)?.name ?? 'S';
  const initials = name
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .slice(0, 2)
    .join('');
  const index = peopleOf(app).findIndex((person) => person.id === id);
  // Drawn, not written: the name is beside it or on what holds it.
  return h('span', {
    class: `avatar avatar-${(index + COLOURS) % COLOURS} ${size}`,
    'data-initials': initials,
    'aria-hidden': 'true',
  });
}
