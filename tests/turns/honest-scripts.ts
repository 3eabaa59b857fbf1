import { answer, call, type Family, scriptsOf, uses, word } from './script.ts'

/** Long work that looks like a loop to whoever looks too closely, and ends in an answer. */
const families: Readonly<Record<string, Family>> = {
  'pages through a long list': (chance) => {
    const [pages, most] = [chance(20, 40), chance(5, 20)]
    return function* (world) {
      world.list = (from) => (from >= pages * most ? [] : Array.from({ length: most }, (_, at) => `item ${from + at}`))
      for (let from = 0; from <= pages * most; from += most) yield uses(call('list', { from, most }))
      yield answer
    }
  },
  'waits for a job that gets on': (chance) => {
    const [step, pauses] = [chance(4, 9), chance(1, 3)]
    return function* (world) {
      let asked = 0
      const percent = () => Math.min(100, Math.floor(asked / pauses) * step)
      world.status = () => {
        asked += 1
        return { status: percent() >= 100 ? 'done' : `running, ${percent()} %`, at: `2026-03-13T09:00:0${asked % 10}Z` }
      }
      while (percent() < 100 && asked < 50) yield uses(call('status', { job: 'export' }))
      yield answer
    }
  },
  'waits five times for the same answer, then goes on': (chance) => {
    const [rounds, first] = [chance(3, 8), chance(0, 10)]
    return function* (world) {
      for (let round = 0; round < rounds; round += 1) {
        let asked = 0
        world.status = (job) => {
          asked += 1
          return { status: asked > 4 ? `${job} is done` : `${job} is running`, at: '' }
        }
        for (let at = 0; at < 5; at += 1) yield uses(call('status', { job: word(first + round) }))
      }
      yield answer
    }
  },
  'edits and reads again': (chance) => {
    const [files, edits] = [chance(2, 5), chance(4, 8)]
    return function* () {
      for (let edit = 0; edit < edits; edit += 1)
        for (let file = 0; file < files; file += 1) {
          const path = `${word(file)}.md`
          yield uses(call('write', { path, text: `version ${edit} of ${word(file)}` }), call('read', { path }))
        }
      for (let file = 0; file < files; file += 1) yield uses(call('read', { path: `${word(file)}.md` }))
      yield answer
    }
  },
  'tries once more after a refusal': (chance) => {
    const [tasks, wrong] = [chance(8, 20), chance(2, 4)]
    return function* () {
      for (let at = 0; at < tasks; at += 1) {
        const bad = call('write', { path: at, text: word(at) })
        if (at % wrong === 0) {
          yield uses(bad)
          yield uses(bad)
        }
        yield uses(call('write', { path: `${at}.md`, text: word(at) }))
      }
      yield answer
    }
  },
  'looks up its guide before each chapter': (chance) => {
    const [chapters, book] = [chance(10, 20), chance(1, 99)]
    return function* (world) {
      world.files.set('guide.md', 'Write short sentences.')
      for (let at = 1; at <= chapters; at += 1) {
        yield uses(call('read', { path: 'guide.md' }))
        yield uses(call('write', { path: `chapter-${at}.md`, text: `Chapter ${at} of book ${book}` }))
      }
      yield answer
    }
  },
  'looks at each day of a fortnight, and all are free': (chance) => {
    const [first, days, weeks] = [chance(1, 10), chance(8, 14), chance(1, 2)]
    return function* () {
      for (let week = 0; week < weeks; week += 1) {
        for (let day = 0; day < days; day += 1)
          yield uses(call('find', { what: `2026-0${3 + week}-${String(first + day).padStart(2, '0')}` }))
        yield uses(call('note', { text: `week ${week} is free` }))
      }
      yield answer
    }
  },
  'writes down many rows': (chance) => {
    const [rows, wide] = [chance(20, 40), chance(1, 3)]
    return function* () {
      for (let at = 0; at < rows; at += 1)
        yield uses(...Array.from({ length: wide }, (_, column) => call('note', { text: `row ${at} column ${column}` })))
      yield answer
    }
  },
  'searches under many names': (chance) => {
    const [names, found, year] = [chance(9, 11), chance(0, 10), chance(10, 60)]
    return function* (world) {
      world.find = (what) => (what.startsWith(word(found)) ? [`about ${what}`] : [])
      for (let at = 0; at < names; at += 1)
        for (const part of ['', ' ltd', ' holding']) yield uses(call('find', { what: `${word(at)}${part} 20${year}` }))
      yield answer
    }
  },
  'misses its form twice, between useful work': (chance) => {
    const [steps, misses, of] = [chance(6, 20), chance(1, 2), chance(1, 99)]
    return function* (world) {
      world.find = (what) => [`about ${what}`]
      for (let at = 0; at < steps; at += 1)
        yield uses(call('find', { what: `${word(at)} ${of} ${word(at * 7)} ${at}` }))
      for (let at = 0; at < misses; at += 1) yield { output: { corpus: 1 } }
      yield uses(call('find', { what: 'one last thing' }))
      yield answer
    }
  },
}

export const honestScripts = scriptsOf(families, 5)
