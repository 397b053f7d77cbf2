/** The word of an item's address that opens its roll-back: a version's id, or `anyVersion` where it is to be chosen. */
export const rollBackWord = 'roll-back'
export const anyVersion = 'choose'
