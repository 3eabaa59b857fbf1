import { lendOwnModules } from './own-modules.ts'

// Preloaded into the processes of a company's tests, whose files import what Soloist brings along before anything of ours is loaded.
lendOwnModules()
