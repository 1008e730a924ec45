import { FAIR, type Weather as Faults } from '../google/faults.ts';
import type { Local } from '../local.ts';
import type { IapWeather, Weather } from './steps.ts';
import { iapWeathers } from './weathers.ts';

/** Slower than the application's own patience with one call would be no weather but an outage. */
const SLOW_IAP_MS = 1500;
const SLOW_SLACK_MS = 900;

const IAP: Readonly<Record<IapWeather, Partial<Faults>>> = {
  fair: {},
  slow: { latencyMs: SLOW_IAP_MS },
  'three conflicts': { conflict: 3 },
  conflicting: { conflict: true },
  'out of quota': { quota: true },
  down: { down: true },
  forbidden: { permissionDenied: true },
  'answers lost': { timeoutAfterEffect: true },
};

/** What is not named, or undefined, stays as it is. */
export type WeatherChange = { readonly [K in keyof Weather]?: Weather[K] | undefined };

/** The weather as it is: what was used up is fair again. */
export function weatherOf({ google, slack, triggers }: Local): Weather {
  const iap = google.faults.get('iap');
  const strikes = (name: IapWeather) => {
    if (name === 'three conflicts') return typeof iap.conflict === 'number' && iap.conflict > 0;
    const wanted = Object.entries(IAP[name]);
    return wanted.length > 0 && wanted.every(([key, value]) => iap[key as keyof Faults] === value);
  };
  const { latencyMs, down, rateLimited } = slack.faults.current;
  return {
    iap: iapWeathers.find(strikes) ?? 'fair',
    run: google.faults.get('run').down ? 'down' : 'fair',
    slack: down ? 'down' : rateLimited ? 'rate limited' : latencyMs > 0 ? 'slow' : 'fair',
    triggers: triggers.lose > 0 ? 'lost' : triggers.double > 0 ? 'doubled' : 'fair',
    propagationMs: google.door.propagationDelayMs(),
  };
}

/** Changes the weather; what is not named stays as it is. */
export function setWeather({ google, slack, triggers }: Local, set: WeatherChange): void {
  if (set.iap !== undefined) google.faults.set('iap', { ...FAIR, ...IAP[set.iap] });
  if (set.run !== undefined) google.faults.set('run', { down: set.run === 'down' });
  if (set.slack !== undefined) {
    slack.faults.set({
      latencyMs: set.slack === 'slow' ? SLOW_SLACK_MS : 0,
      down: set.slack === 'down' ? 'error500' : false,
      rateLimited: set.slack === 'rate limited' ? { retryAfterS: 30 } : false,
    });
  }
  if (set.triggers !== undefined) {
    triggers.lose = set.triggers === 'lost' ? Number.POSITIVE_INFINITY : 0;
    triggers.double = set.triggers === 'doubled' ? Number.POSITIVE_INFINITY : 0;
  }
  if (set.propagationMs !== undefined) google.door.setPropagationDelayMs(set.propagationMs);
}
