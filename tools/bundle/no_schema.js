// Stands for ajv, which compiles schemas by eval: a strict content policy forbids that, and what it
// would examine was written by this book's own build.
export default class NoSchema {
  compile() {
    return () => true;
  }
}
