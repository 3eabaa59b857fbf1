import { Argument } from 'commander'

const form = 'an id, an email address or system:value'

/** Someone by any of their names. */
export const who = new Argument('<identity>', form)
/** The other of two. */
export const other = new Argument('<other>', form)
