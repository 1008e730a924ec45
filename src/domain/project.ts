/** A Google Cloud project whose services can be asked for. */
export interface Project {
  readonly id: string;
  /** What IAP's resource names want, instead of the id. */
  readonly number: string;
  readonly regions: readonly string[];
}

/** A project's id; old ones may have their domain before it: `acme.example:billing`. */
export const PROJECT_ID = /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** A region of a project: what Cloud Run lists at a time. */
export interface Place {
  readonly project: string;
  readonly region: string;
}

/** `project/region`, in the control document and in the log. */
export function placeKey({ project, region }: Place): string {
  return `${project}/${region}`;
}

/** Every region of every project, in their order. */
export function placesOf(projects: readonly Project[]): Place[] {
  return projects.flatMap(({ id, regions }) => regions.map((region) => ({ project: id, region })));
}
