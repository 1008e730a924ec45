// Reading Block Kit's JSON, which Slack has checked, without believing more of it than is used.

export const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

export const string = (value: unknown, key: string): string => {
  const held = field(value, key);
  return typeof held === 'string' ? held : '';
};

export const number = (value: unknown, key: string): number | undefined => {
  const held = field(value, key);
  return typeof held === 'number' ? held : undefined;
};

export const flag = (value: unknown, key: string): boolean => field(value, key) === true;

export const record = (value: unknown, key: string): object | undefined => {
  const held = field(value, key);
  return typeof held === 'object' && held !== null && !Array.isArray(held) ? held : undefined;
};

export const objects = (value: unknown, key: string): object[] => {
  const held = field(value, key);
  return Array.isArray(held) ? held.filter((one) => typeof one === 'object' && one !== null) : [];
};

export const strings = (value: unknown, key: string): string[] => {
  const held = field(value, key);
  return Array.isArray(held) ? held.filter((one) => typeof one === 'string') : [];
};

/** The text of a text object. */
export const textOf = (value: unknown, key: string): string => string(field(value, key), 'text');
