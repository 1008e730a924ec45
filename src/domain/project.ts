/** A Google Cloud project whose services can be asked for. */
export interface Project {
  readonly id: string;
  /** What IAP's resource names want, instead of the id. */
  readonly number: string;
  readonly regions: readonly string[];
}
