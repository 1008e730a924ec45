// Slack's date formats, in the reader's zone: https://docs.slack.dev/messaging/formatting-message-text#date-formatting

const DAY_MS = 86_400_000;

/** Who reads, and when: "today" and the zone depend on it. */
export interface Reader {
  readonly tz: string;
  readonly nowMs: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(tz: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${tz} ${JSON.stringify(options)}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat('en-US', { timeZone: tz, ...options });
    formats.set(key, made);
  }
  return made;
}

/** `2026-03-02` in the zone. */
export function dayIn(ms: number, tz: string): string {
  const parts = format(tz, { year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(ms);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** `09:05` in the zone. */
export function clockIn(ms: number, tz: string): string {
  return format(tz, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms);
}

/** `9:05 AM` in the zone, as Slack shows it. */
export function timeIn(ms: number, tz: string): string {
  return format(tz, { hour: 'numeric', minute: '2-digit' }).format(ms).replace(' ', ' ');
}

/** A day as a heading: Today, Yesterday, or its name. */
export function dayHeading(ms: number, { tz, nowMs }: Reader): string {
  const near = nearDay(ms, { tz, nowMs });
  const name = format(tz, { weekday: 'long', month: 'long', day: 'numeric' }).format(ms);
  return near ? near[0]?.toUpperCase() + near.slice(1) : name;
}

function nearDay(ms: number, { tz, nowMs }: Reader): string | undefined {
  const day = dayIn(ms, tz);
  if (day === dayIn(nowMs, tz)) return 'today';
  if (day === dayIn(nowMs - DAY_MS, tz)) return 'yesterday';
  return day === dayIn(nowMs + DAY_MS, tz) ? 'tomorrow' : undefined;
}

function token(name: string, ms: number, reader: Reader): string | undefined {
  const { tz } = reader;
  const named = (month: 'long' | 'short', weekday?: 'long') =>
    format(tz, { month, day: 'numeric', year: 'numeric', ...(weekday && { weekday }) }).format(ms);
  const pretty = name.replace('_pretty', '');
  if (pretty !== name && name !== 'day_divider_pretty') {
    return nearDay(ms, reader) ?? token(pretty, ms, reader);
  }
  switch (name) {
    case 'date_num':
      return dayIn(ms, tz);
    case 'date_slash':
      return dayIn(ms, tz).replaceAll('-', '/');
    case 'date':
      return named('long');
    case 'date_short':
      return named('short');
    case 'date_long':
      return named('long', 'long');
    case 'day_divider_pretty':
      return dayHeading(ms, reader);
    case 'time':
      return timeIn(ms, tz);
    case 'time_secs':
      return format(tz, { hour: 'numeric', minute: '2-digit', second: '2-digit' }).format(ms);
    case 'ago':
      return ago(ms - reader.nowMs);
    default:
      return undefined;
  }
}

function ago(ms: number): string {
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const minutes = Math.round(ms / 60_000);
  if (Math.abs(minutes) < 60) return words.format(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return Math.abs(hours) < 48 ? words.format(hours, 'hour') : words.format(Math.round(hours / 24), 'day');
}

/** What `<!date^UNIX^pattern|fallback>` shows to this reader. */
export function slackDate(unixSeconds: number, pattern: string, fallback: string, reader: Reader): string {
  if (!Number.isFinite(unixSeconds)) return fallback;
  let unknown = false;
  const text = pattern.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const shown = token(name, unixSeconds * 1000, reader);
    unknown ||= shown === undefined;
    return shown ?? whole;
  });
  return unknown ? fallback : text;
}

/** The moment at which clocks in the zone show this date and time, in Unix seconds. */
export function zonedToUnix(local: string, tz: string): number {
  const asUtc = Date.parse(`${local.slice(0, 16)}:00Z`);
  let guess = asUtc;
  // Twice, since the first guess may lie on the other side of a change of the offset.
  for (let i = 0; i < 2; i += 1) {
    const shown = Date.parse(`${dayIn(guess, tz)}T${clockIn(guess, tz)}:00Z`);
    guess += asUtc - shown;
  }
  return Math.floor(guess / 1000);
}

/** `2026-03-02T09:05` in the zone, for an input of date and time. */
export function unixToZoned(unixSeconds: number, tz: string): string {
  return `${dayIn(unixSeconds * 1000, tz)}T${clockIn(unixSeconds * 1000, tz)}`;
}
