/** Styles are Tailwind's; app/ringback.css is where they begin. */
export default { plugins: { "@tailwindcss/postcss": {} } };
