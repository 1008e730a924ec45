/** The work's result, or `meanwhile` where that is not there in time. The work goes on, and `late` is told its result. */
export async function inTime<T>(
  work: Promise<T>,
  limitMs: number,
  meanwhile: () => T | Promise<T>,
  late: (result: T) => Promise<unknown>,
  failed: (error: unknown) => void,
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
