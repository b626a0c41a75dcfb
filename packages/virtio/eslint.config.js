export { default } from "@ninep/eslint-config";
