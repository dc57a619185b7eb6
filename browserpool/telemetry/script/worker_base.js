// What talk.js needs, as it was before the worker could replace it.
const { ownKeys, getOwnPropertyDescriptor, defineProperty } = Reflect;
const { now } = Date;
const { max: most } = Math;
