/** Answers of models that are kept, to stand in when nobody can be asked. */
export const answers = ''
