/** New versions of agents at trial: beside the old one, or on a share of the work. */
export const trials = ''
