export { default } from "@ninep/vitest-config";
