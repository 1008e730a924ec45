/** A Google Cloud project whose services can be asked for. */
export interface Project {
  readonly id: string;
  /** What IAP's resource names want, instead of the id. */
  readonly number: string;
  readonly regions: readonly string[];
}

/** A project's id; old ones may have their domain before it: `acme.example:billing`. */
export const PROJECT_ID = /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{0,61}[a-z0-9]$/;
