/** Skills that versions of agents are pinned to. */
export const skills = ''
