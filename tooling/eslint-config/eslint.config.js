import tseslint from "typescript-eslint";

/** Typed rules for every package: a package's eslint.config.js only re-exports this. */
export default tseslint.config(
  { ignores: ["dist/**", "**/*.js", "**/*.mjs"] },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      eqeqeq: ["error", "always"],
      // Bounds are checked before the access, so the index is known to be there.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      // A backend's method is synchronous on one system and not on the other.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/prefer-readonly": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
);
