/** What is done with work that took too long: `late` is told its result, `failed` of its failure or of that of `late`. */
export interface Afterwards<T> {
  readonly late?: (result: T) => Promise<unknown>;
  readonly failed?: (error: unknown) => void;
}

/** The work's result, or `meanwhile` where that is not there in time: the work goes on. */
export async function inTime<T>(
  work: Promise<T>,
  limitMs: number,
  meanwhile: () => T | Promise<T>,
  { late, failed = () => {} }: Afterwards<T> = {},
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<'passed'>((resolve) => {
    timer = setTimeout(() => resolve('passed'), limitMs);
  });
  const first = await Promise.race([work.then((result) => ({ result })), passed]);
  clearTimeout(timer);
  if (first !== 'passed') return first.result;
  work.then(late).catch(failed);
  return await meanwhile();
}
