import { openSandbox } from '../../src/executor/sandbox/open-sandbox.ts'
import { systemClock } from '../../src/store/clock.ts'
import { instant, seconds } from '../../src/values/time.ts'

// A company that will be killed while code loops in its sandbox. Says when it does.
const sandbox = openSandbox({ clock: systemClock(), limits: { cpu: seconds(100), time: seconds(100) }, warm: 1 })
await sandbox.run({
  who: 'looper',
  code: `const run = async (input, { act }) => { await act('loops', {}); for (;;); }`,
  input: null,
  now: instant(0),
  seed: 'x',
  signal: new AbortController().signal,
  answer: async () => {
    process.stdout.write('looping\n')
    return { kind: 'value', value: null }
  },
})
