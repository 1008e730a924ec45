/** Whether a method of Google's is simulated, and which test holds it. */
export type Coverage = { supported: true; testedBy: string } | { supported: false };

/** Every method of the simulated APIs that has to do with IAP on Cloud Run, by its name in the discovery documents. */
export const COVERAGE: Readonly<Record<string, Coverage>> = {
  'iap.getIamPolicy': { supported: true, testedBy: 'test/simulator/google/iap-routes.test.ts' },
  'iap.setIamPolicy': { supported: true, testedBy: 'test/simulator/google/iap-routes.test.ts' },
  'iap.testIamPermissions': { supported: false },
  'iap.getIapSettings': { supported: false },
  'iap.updateIapSettings': { supported: false },
  'run.projects.locations.services.list': {
    supported: true,
    testedBy: 'test/simulator/google/run-routes.test.ts',
  },
  'run.projects.locations.services.get': {
    supported: true,
    testedBy: 'test/simulator/google/run-routes.test.ts',
  },
  'run.projects.locations.services.create': { supported: false },
  'run.projects.locations.services.patch': { supported: false },
  'run.projects.locations.services.delete': { supported: false },
  'run.projects.locations.services.getIamPolicy': { supported: false },
  'run.projects.locations.services.setIamPolicy': { supported: false },
  'run.projects.locations.services.testIamPermissions': { supported: false },
  'cloudresourcemanager.v1.projects.get': {
    supported: true,
    testedBy: 'test/simulator/google/project-routes.test.ts',
  },
  'cloudresourcemanager.v3.projects.get': {
    supported: true,
    testedBy: 'test/simulator/google/project-routes.test.ts',
  },
};
