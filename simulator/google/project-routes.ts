import { failure } from './failures.ts';
import type { Route } from './routes.ts';
import type { SeedProject } from './seed.ts';

const CREATED = '2024-01-01T00:00:00Z';

/** https://cloud.google.com/resource-manager/reference/rest/v1/projects/get */
export const getProjectV1 = projectRoute('v1', (project) => ({
  projectNumber: project.number,
  projectId: project.id,
  lifecycleState: 'ACTIVE',
  name: project.id,
  createTime: CREATED,
}));

/** https://cloud.google.com/resource-manager/reference/rest/v3/projects/get */
export const getProjectV3 = projectRoute('v3', (project) => ({
  name: `projects/${project.number}`,
  projectId: project.id,
  state: 'ACTIVE',
  displayName: project.id,
  createTime: CREATED,
  updateTime: CREATED,
}));

function projectRoute(version: 'v1' | 'v3', body: (project: SeedProject) => unknown): Route {
  return {
    method: `cloudresourcemanager.${version}.projects.get`,
    api: 'cloudresourcemanager',
    verb: 'GET',
    path: new RegExp(`^/${version}/(?<resource>projects/[^/:]+)$`),
    writes: false,
    answer({ services }, { resource }) {
      const project = services.project(resource.slice('projects/'.length));
      return project
        ? { kind: 'ok', body: body(project) }
        : failure('NOT_FOUND', `Requested entity was not found: ${resource}`);
    },
    summary: () => '',
  };
}
