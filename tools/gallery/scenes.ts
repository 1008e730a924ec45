import type { Scene } from './scene.ts';
import { decisions } from './scenes/decisions.ts';
import { forms } from './scenes/forms.ts';
import { homes } from './scenes/homes.ts';
import { refusals } from './scenes/refusals.ts';
import { requests } from './scenes/requests.ts';
import { revoking } from './scenes/revoking.ts';
import { running } from './scenes/running.ts';

/** Every state that a person can meet, by part of the story; add a line to have it in the gallery. */
export const parts: Readonly<Record<string, readonly Scene[]>> = {
  Asking: requests,
  Deciding: decisions,
  'While it runs': running,
  'Revoking and freezing': revoking,
  Forms: forms,
  Refusals: refusals,
  Home: homes,
};

export const scenes: readonly Scene[] = Object.values(parts).flat();
