/** What can be wrong with IAP, one at a time. */
export const iapWeathers = [
  'fair',
  'slow',
  'three conflicts',
  'conflicting',
  'out of quota',
  'down',
  'forbidden',
  'answers lost',
] as const;
export const slackWeathers = ['fair', 'slow', 'down', 'rate limited'] as const;
export const triggerWeathers = ['fair', 'lost', 'doubled'] as const;
