export async function drawDashboards() {}
