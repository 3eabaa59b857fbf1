import { answer } from '../../store/aside.ts'
import { entriesOf, type Fetched } from './parse-feed.ts'

answer((fetched: Fetched) => entriesOf(fetched))
