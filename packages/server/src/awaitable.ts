import type { Awaitable } from "./backend.js";

/** True for a promise and anything like it. */
export function isPromise<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<T>).then === "function";
}

/**
 * `next(value)`: at once when the value is there, later only when it is a promise.
 * Not called `then`: a module that exports that name is itself taken for a promise.
 */
export function chain<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return isPromise(value) ? value.then(next) : next(value);
}
