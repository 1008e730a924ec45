import { playParts, RUNS_OF_FILE } from './parts.ts';

// The other half: files run side by side.
playParts(1 + RUNS_OF_FILE);
