import { defaultSeed } from '../../simulator/seed.ts';
import { createStage, type Stage } from '../../simulator/stage/stage.ts';
import { RULES, type Scene, type Shot } from './scene.ts';

const START = Date.parse('2026-03-02T09:00:20Z');
/** What the application logs where somebody was told that something went wrong on the way. */
const SORRY = ['listener-failed', 'slack-event-failed'];

/** Plays a scene in a world of its own; throws where it did not come to what it is to show. */
export async function playScene(scene: Scene): Promise<Stage> {
  const troubles: string[] = [];
  const stage = await createStage({
    entitlements: scene.rules ?? RULES,
    slackSeed: defaultSeed.slack,
    googleSeed: defaultSeed.google,
    startMs: START,
    log: (_, event, facts) => {
      if (SORRY.includes(event)) troubles.push(`${event}: ${String(facts.cause)}`);
    },
  });
  try {
    await stage.local().sweep();
    for (const act of scene.acts) await act(stage);
    troubles.push(...stage.troubles().map(({ title, lines }) => [title, ...lines].join('\n  ')));
    troubles.push(
      ...scene.shots.filter((shot) => !isThere(stage, shot)).map((s) => `no ${s.where} of ${s.as}`),
    );
    if (troubles.length > 0) throw new Error(troubles.join('\n  '));
    return stage;
  } catch (error) {
    await stage.close();
    throw error;
  }
}

/** Whether this person has such a surface, with something on it. */
function isThere(stage: Stage, { as, where }: Shot): boolean {
  const seen = stage.local().slack.workspace.viewAs(as);
  switch (where) {
    case 'modal':
      return seen.modal !== undefined;
    case 'home':
      return (seen.home?.view.blocks.length ?? 0) > 0;
    case 'dm':
      return (seen.dm?.messages.length ?? 0) > 0;
    default:
      return (seen.channels.find(({ id }) => id === where)?.messages.length ?? 0) > 0;
  }
}
