// Package snippets is the code of docs/recipes.md and of other documents, as far as it needs more than the standard library
// or is long enough to be run. The documents quote it; the tests of the root module compare the two.
package snippets
