/** What automations take and need, and what is done about it. */
export const upkeep = ''
