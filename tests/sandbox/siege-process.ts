import { attacks, sampled } from './attacks.ts'
import { alone, besiege } from './siege.ts'

// A siege in a process of its own, so that it can be another user's. Says how it went as JSON.
const [which, from] = process.argv.slice(2)
const chosen = from === 'all' ? attacks : sampled(Number(from))
const siege = await besiege(chosen, which === 'alone' ? alone : undefined)
process.stdout.write(JSON.stringify({ user: process.getuid?.(), ...siege }))
