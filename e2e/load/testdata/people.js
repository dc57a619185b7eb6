// An iteration fails when the application has met the person before.
export const config = ({ baseURL }) => ({ baseURL });

export default async function (user, { baseURL }) {
  await user.navigate(`${baseURL}/plain`);
  const met = await user.evaluate(() => {
    const before = document.cookie;
    document.cookie = 'met=before';
    return before.includes('met');
  });
  if (met) user.fail('met before');
}
