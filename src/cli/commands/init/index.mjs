// Answers `GET /hello/{name}`.
export const handler = async (event) => ({
  statusCode: 200,
  headers: { "Content-Type": "application/json", "Access-Control-Allow-Origin": "*" },
  body: JSON.stringify({ message: `${process.env.GREETING}, ${decodeURIComponent(event.pathParameters.name)}!` }),
});
